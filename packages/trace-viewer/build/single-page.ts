import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/**
 * Puts script and style into the page itself, and a policy that allows these two and nothing else: nothing is fetched
 * but what the page was served with, nothing is evaluated, the worker comes out of the page.
 */
export function singlePage(): Plugin {
  return {
    name: 'heaplay:single-page',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset' || typeof page.source !== 'string') throw new Error('the build made no index.html');
      let html = page.source;
      const hashes = { script: [] as string[], style: [] as string[] };
      for (const [name, file] of Object.entries(bundle)) {
        if (name === 'index.html' || name.endsWith('.map')) continue;
        if (file.type === 'chunk') html = inline(html, scriptTag(name), 'script', inScript(file.code), hashes.script);
        else if (name.endsWith('.css')) html = inline(html, styleTag(name), 'style', text(file.source), hashes.style);
        else throw new Error(`${name} would lie beside the page`);
        delete bundle[name];
      }
      page.source = html.replace('<meta charset="utf-8" />', (charset) => `${charset}\n    ${policy(hashes)}`);
    },
  };
}

function inline(html: string, tag: RegExp, element: 'script' | 'style', code: string, hashes: string[]): string {
  if (!tag.test(html)) throw new Error(`the page has no ${tag.source}`);
  hashes.push(`'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  const open = element === 'script' ? '<script type="module">' : '<style>';
  const inlined = `${open}${code}</${element}>`;
  // A module runs when the page has been read, wherever it stands; at the end the page shows something before.
  if (element === 'style') return html.replace(tag, () => inlined);
  return html.replace(tag, '').replace('</body>', () => `${inlined}\n  </body>`);
}

function scriptTag(name: string): RegExp {
  return new RegExp(`<script type="module"[^>]* src="[^"]*${name}"[^>]*></script>`);
}

function styleTag(name: string): RegExp {
  return new RegExp(`<link rel="stylesheet"[^>]* href="[^"]*${name}"[^>]*>`);
}

/** What would end the element, written so that it does not. */
function inScript(code: string): string {
  return code.replaceAll('</script', String.raw`<\/script`).replaceAll('<!--', String.raw`<\!--`);
}

function text(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}

function policy(hashes: { readonly script: readonly string[]; readonly style: readonly string[] }): string {
  const rules = [
    `default-src 'none'`,
    `script-src ${hashes.script.join(' ')}`,
    `style-src ${hashes.style.join(' ')}`,
    `worker-src blob:`,
    `connect-src 'self'`,
    `img-src data: blob:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join('; ')}" />`;
}
