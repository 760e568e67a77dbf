import type { LogLine } from '../lines/log-line.ts';
import { badInput } from '../problem.ts';
import { tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

/** A property: its cells and its texts. A cell that is a reference, or an expression, is null. */
export interface TreeProperty {
  readonly line: number;
  readonly cells: readonly (bigint | null)[];
  readonly texts: readonly string[];
}

/** A node with its properties and the nodes in it. */
export interface TreeNode {
  readonly name: string;
  readonly line: number;
  readonly properties: Map<string, TreeProperty>;
  readonly children: TreeNode[];
}

/** A device tree, and what `/memreserve/` keeps. */
export interface DeviceTree {
  readonly root: TreeNode;
  readonly reserved: readonly { readonly start: bigint; readonly size: bigint; readonly line: number }[];
}

/** Reads a device-tree source. Throws `TraceError` where it is none. */
export function parseDeviceTree(lines: readonly LogLine[], name: string): DeviceTree {
  return new Parser(tokensOf(lines), name).parse();
}

/** No real tree comes near. */
const MOST_DEEP = 128;

class Parser {
  private readonly tokens: readonly Token[];
  private readonly name: string;
  private at = 0;
  private depth = 0;
  private readonly root: TreeNode = emptyNode('/', 1);
  private readonly labels = new Map<string, TreeNode>();
  private readonly reserved: { start: bigint; size: bigint; line: number }[] = [];

  constructor(tokens: readonly Token[], name: string) {
    this.tokens = tokens;
    this.name = name;
  }

  parse(): DeviceTree {
    while (this.at < this.tokens.length) this.topLevel();
    return { root: this.root, reserved: this.reserved };
  }

  private topLevel(): void {
    const { text, line } = this.next('the root node, / { }');
    if (text === '/memreserve/') {
      this.reserve(line);
    } else if (text === '/' || text.startsWith('&')) {
      const node = text === '/' ? this.root : this.labels.get(text.slice(1));
      // What an overlay adds to a node that is not in this file cannot be placed.
      this.body(node ?? emptyNode(text, line));
    } else if (/^\/[a-z]/.test(text)) {
      this.skipStatement();
    } else if (this.peek() === ':') {
      this.at++;
    } else {
      throw this.wrong(line, text, 'the root node, / { }');
    }
  }

  private reserve(line: number): void {
    const start = this.number();
    // `/memreserve/ START-END;` is how old trees write it.
    const size = this.number();
    if (start === null || size === null) throw this.wrong(line, '/memreserve/', 'an address and a size behind it');
    this.reserved.push({ start, size, line });
    this.expect(';');
  }

  private number(): bigint | null {
    return readNumber(this.next('a number').text);
  }

  private body(node: TreeNode): void {
    if (++this.depth > MOST_DEEP) throw this.wrong(node.line, node.name, `nodes in nodes, ${MOST_DEEP} deep at most`);
    this.expect('{');
    for (;;) {
      const token = this.next('} at the end of a node');
      if (token.text === '}' && token.kind === 'sign') break;
      this.member(node, token);
    }
    this.expect(';');
    this.depth--;
  }

  /** A property or a node, perhaps behind labels. */
  private member(parent: TreeNode, first: Token): void {
    let { text, line } = first;
    const labels: string[] = [];
    while (this.peek() === ':') {
      labels.push(text);
      this.at++;
      ({ text, line } = this.next('a node'));
    }
    switch (this.peek()) {
      case '{': {
        const node = childOf(parent, text, line);
        for (const label of labels) this.labels.set(label, node);
        this.body(node);
        break;
      }
      case '=':
        this.at++;
        parent.properties.set(text, this.value(line));
        break;
      case ';':
        this.at++;
        if (text.startsWith('/')) break;
        parent.properties.set(text, { line, cells: [], texts: [] });
        break;
      default:
        if (!text.startsWith('/')) throw this.wrong(line, text, 'a node { } or a property = value;');
        this.skipStatement();
    }
  }

  /** Everything up to the semicolon. */
  private value(line: number): TreeProperty {
    const cells: (bigint | null)[] = [];
    const texts: string[] = [];
    let wide = false;
    for (;;) {
      const { kind, text } = this.next('; at the end of a property');
      if (kind === 'text') texts.push(text);
      else if (text === ';') return { line, cells, texts };
      else if (text === '/bits/') wide = this.number() === 64n;
      else if (text === '<') cells.push(...this.cells(wide));
      else if (text === '[') this.skipTo(']');
    }
  }

  private cells(wide: boolean): readonly (bigint | null)[] {
    const cells: (bigint | null)[] = [];
    for (;;) {
      const { text } = this.next('> at the end of a list of cells');
      if (text === '>') return cells;
      if (text === '(') this.skipTo(')');
      const value = readNumber(text);
      if (wide && value !== null) cells.push(value >> 32n, value & 0xffffffffn);
      else cells.push(value);
    }
  }

  private skipStatement(): void {
    this.skipTo(';');
  }

  private skipTo(sign: string): void {
    while (this.next(sign).text !== sign);
  }

  private peek(): string | undefined {
    return this.tokens[this.at]?.text;
  }

  private next(expected: string): Token {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.wrong(this.tokens.at(-1)?.line ?? null, 'the end of the file', expected);
    return token;
  }

  private expect(sign: string): void {
    const { text, line } = this.next(sign);
    if (text !== sign) throw this.wrong(line, text, sign);
  }

  private wrong(line: number | null, found: string, expected: string): Error {
    return badInput(this.name, line, {
      found: `"${found}" in a device-tree source`,
      expected,
      hint: 'correct the line; of a tree that runs, make the source with: dtc -I fs -O dts /proc/device-tree',
    });
  }
}

function emptyNode(name: string, line: number): TreeNode {
  return { name, line, properties: new Map(), children: [] };
}

/** The node of this name; what is said of it twice is joined. */
function childOf(parent: TreeNode, name: string, line: number): TreeNode {
  const found = parent.children.find((child) => child.name === name);
  if (found !== undefined) return found;
  const node = emptyNode(name, line);
  parent.children.push(node);
  return node;
}

function readNumber(text: string): bigint | null {
  return /^(?:0x[0-9a-f]+|\d+)(?:u?l{0,2})$/i.test(text)
    ? BigInt(text.replace(/(?<=^0x[0-9a-f]+|^\d+)u?l+$/i, ''))
    : null;
}
