/** A shell whose command lines can be completed. */
export type Shell = 'bash' | 'zsh' | 'fish';

/*
 * Each script hands the words of the line, the unfinished one last, to `heaplay __complete`. What comes back is one
 * candidate a line, a tab, what it means; and at last a line with a colon and what else the shell may offer: ":files",
 * or ":none". So a shell knows nothing about the commands, and is right for any version of them.
 */

const BASH = `# Completion of heaplay for bash.
_heaplay() {
  local cur=\${COMP_WORDS[COMP_CWORD]} line kind=:files
  # An "=" is a word of its own to bash: --mode=x are three.
  [[ $cur == "=" ]] && cur=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) kind=$line ;;
      *) line=\${line%%$'\\t'*}; [[ $line == "$cur"* ]] && COMPREPLY+=("$line") ;;
    esac
  done < <(heaplay __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # Bash 3 has no compopt, and offers files then.
  if [[ $kind == :none ]]; then compopt +o default 2>/dev/null; fi
}
complete -o default -F _heaplay heaplay
`;

const ZSH = `#compdef heaplay
# Completion of heaplay for zsh.
_heaplay() {
  local line kind=:files
  local -a found
  while IFS= read -r line; do
    case $line in
      :*) kind=$line ;;
      # A colon separates a candidate from what it means.
      *) line=\${line//:/\\\\:}; found+=("\${line/$'\\t'/:}") ;;
    esac
  done < <(heaplay __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  [[ $PREFIX == --*=* ]] && compset -P '*='
  (( \${#found} )) && _describe heaplay found
  [[ $kind == :files ]] && _files
}
if [[ \${funcstack[1]} == _heaplay ]]; then
  _heaplay "$@"
else
  compdef _heaplay heaplay
fi
`;

const FISH = `# Completion of heaplay for fish.
function __heaplay_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l prefix (string match -r -- '^--[^=]+=' $words[-1])
  set -l rest (string replace -r -- '^--[^=]+=' '' $words[-1])
  for line in (heaplay __complete $words[2..-1] 2>/dev/null)
    switch $line
      case ':files'
        set -l typed (string unescape -- $rest; or echo -- $rest)
        for path in (__fish_complete_path $typed)
          printf '%s%s\\n' "$prefix" $path
        end
      case ':none'
      case '*'
        printf '%s%s\\n' "$prefix" $line
    end
  end
end
complete -c heaplay -f -a '(__heaplay_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** A script that makes a shell complete `heaplay` command lines; to be sourced, or put where the shell looks for such. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
