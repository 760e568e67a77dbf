import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Does only this machine reach what listens there? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The address as it stands in a URL. */
export function inUrl(host: string): string {
  return isIPv6(host) ? `[${host.toLowerCase()}]` : host.toLowerCase();
}

/** Every name under which somebody may ask a server that listens at an address. */
export function ownHosts(host: string): ReadonlySet<string> {
  if (isLoopback(host)) return new Set([...LOOPBACK, inUrl(host)]);
  return new Set([...LOOPBACK, inUrl(host), ...addresses().map(inUrl), hostname().toLowerCase()]);
}

/** The host that goes into the address that is printed: of all addresses, one by which others come here. */
export function printedHost(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return inUrl(host);
  return inUrl(addresses().find((address) => !isLoopback(address)) ?? '127.0.0.1');
}

/** The addresses of this machine: IPv4 first. */
function addresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .toSorted((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
}
