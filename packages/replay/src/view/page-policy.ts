/**
 * The policy that the viewer's page brings along, for a server to send as well, with what only a header can say: that
 * no other page may show it in a frame. Null: the page has none.
 */
export function pagePolicy(page: string): string | null {
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  return policy === undefined ? null : `${policy}; frame-ancestors 'none'`;
}
