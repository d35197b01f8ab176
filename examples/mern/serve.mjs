// Serves the page, and passes what it asks for on to Parlor, as a development server does:
//   PARLOR_URL=http://localhost:8080 PORT=3000 npm start
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';

const target = new URL(process.env.PARLOR_URL ?? 'http://localhost:8080');
const port = Number(process.env.PORT ?? 3000);

const JS = 'text/javascript; charset=utf-8';
const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.mjs': ['page.mjs', JS],
  '/react.js': ['node_modules/react/umd/react.production.min.js', JS],
  '/react-dom.js': ['node_modules/react-dom/umd/react-dom.production.min.js', JS],
  '/socket.io.mjs': ['node_modules/socket.io-client/dist/socket.io.esm.min.js', JS],
};

function pass(incoming) {
  const { method, url: path, headers } = incoming;
  return request({ hostname: target.hostname, port: target.port || 80, method, path, headers });
}

const server = createServer(async (incoming, response) => {
  const path = new URL(incoming.url, 'http://page').pathname;
  if (/^\/(api|socket\.io)\//i.test(path)) {
    const outgoing = pass(incoming);
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.headersSent || response.writeHead(502).end('Parlor does not answer.'));
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
    return;
  }
  const file = FILES[path];
  if (!file) return response.writeHead(404).end('Not found');
  const [name, type] = file;
  response.writeHead(200, { 'Content-Type': type }).end(await readFile(new URL(name, import.meta.url)));
});

server.on('upgrade', (incoming, socket, head) => {
  const outgoing = pass(incoming);
  socket.on('error', () => outgoing.destroy());
  outgoing.on('error', () => socket.destroy());
  outgoing.on('response', () => socket.destroy());
  outgoing.on('upgrade', (answer, far, farHead) => {
    const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(['HTTP/1.1 101 Switching Protocols', ...headers, '', ''].join('\r\n'));
    socket.write(farHead);
    far.write(head);
    far.on('error', () => socket.destroy());
    far.pipe(socket).pipe(far);
  });
  outgoing.end();
});

server.listen(port, 'localhost', () => console.log(`http://localhost:${port} (Parlor at ${target.origin})`));
