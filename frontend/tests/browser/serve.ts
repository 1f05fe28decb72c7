import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built, packages, type Grafana } from './build';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Serves the host page and the built plugin on any free port. */
export async function serve(grafana: Grafana): Promise<{ url: string; close: () => void }> {
  const places: [string, string][] = [
    ['/dist/', path('../../../dist/')],
    // Icons; one of the two is where that Grafana looks for them.
    ['/public/build/', join(packages(grafana), '@grafana/ui/dist/public/')],
    ['/public/', join(packages(grafana), '@grafana/ui/dist/public/')],
    ['/', `${built(grafana)}/`],
  ];
  const fixed: Record<string, string> = {
    '/': path('host/index.html'),
    '/system.js': path('../../node_modules/systemjs/dist/system.js'),
  };
  const server = createServer((request, response) => {
    const url = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname));
    const place = places.find(([prefix]) => url.startsWith(prefix));
    const file = fixed[url] ?? (place ? join(place[1], url.slice(place[0].length)) : '');
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/`, close: () => server.close() };
}
