/**
 * Names for traces of these paths: the last part of each, without the folders, which are nobody's business; with as
 * many of the folders as it takes to tell two of the same name apart. A path that was given twice has one name.
 */
export function traceNames(paths: readonly string[]): readonly string[] {
  const parts = paths.map((path) => path.split(/[/\\]/).filter((part) => part !== ''));
  return parts.map((own, at) => {
    for (let length = 1; length < own.length; length++) {
      const name = own.slice(-length).join('/');
      const others = parts.filter((_, other) => paths[other] !== paths[at]);
      if (others.every((other) => other.slice(-length).join('/') !== name)) return name;
    }
    return own.join('/');
  });
}
