/**
 * Types of what goes over the wire, from docs/openapi.json. The calls keep no names of their own: `engine/transport/api.ts`
 * names them, and an operation id that comes twice would not compile.
 */
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const source = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/engine/protocol/rest.gen.ts', import.meta.url);

const document = JSON.parse(await readFile(source, 'utf8'));
for (const path of Object.values(document.paths)) {
  for (const operation of Object.values(path)) delete operation.operationId;
}
await writeFile(target, COMMENT_HEADER + astToString(await openapi(document)));
