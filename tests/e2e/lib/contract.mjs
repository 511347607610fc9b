// The seed contract: its schemas as validators, and the client generated from it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { build } from 'esbuild';

const file = fileURLToPath(new URL('../contract/seed-openapi.json', import.meta.url));
export const contract = JSON.parse(readFileSync(file, 'utf8'));

function schemasAsAnswered() {
  const { schemas } = structuredClone(contract.components);
  // the one difference that answers may show: no email is null
  for (const name of ['Person', 'PatchedPerson']) schemas[name].properties.primary_email.nullable = true;
  return schemas;
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'contract', components: { schemas: schemasAsAnswered() } });

/** What is wrong with `value` as the named schema; an empty list when nothing is. */
export function faultsAgainst(schema, value) {
  const validate = ajv.getSchema(`contract#/components/schemas/${schema}`);
  if (validate(value)) return [];
  return validate.errors.map((error) => `${schema}${error.instancePath} ${error.message}`);
}

/** Generates the client as the published SDK is generated, and loads it unchanged. */
export async function generatedClient() {
  const generated = fileURLToPath(new URL('../.generated', import.meta.url));
  mkdirSync(generated, { recursive: true });
  const directory = mkdtempSync(join(generated, 'client-'));
  try {
    const cli = join(createRequire(import.meta.url).resolve('openapi-typescript-codegen'), '../../bin/index.js');
    const flags = ['--input', file, '--output', join(directory, 'source'), '--client', 'fetch'];
    const ran = spawnSync(process.execPath, [cli, ...flags], { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`the generator failed: ${ran.stderr}${ran.stdout}`);
    const outfile = join(directory, 'client.mjs');
    await build({ entryPoints: [join(directory, 'source/index.ts')], bundle: true, format: 'esm', platform: 'node', outfile });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Every operation of the contract: { id, method, path, schema of its success }. */
export function operations() {
  return Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => {
        const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))[1];
        const schema = success.content?.['application/json'].schema.$ref.split('/').pop();
        return { id: operation.operationId, method, path, schema };
      }),
  );
}
