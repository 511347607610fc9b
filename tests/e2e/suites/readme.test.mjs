// README.md: its tour is run as it stands, its links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { sharedServer, test } from '../lib/suite.mjs';
import { assert } from '../lib/expect.mjs';
import { binary, cleanEnvironment, root } from '../lib/server.mjs';
import { looksLike, Shell, toursOf } from '../lib/tour.mjs';

const up = sharedServer();
const readme = () => readFileSync(join(root, 'README.md'), 'utf8');

test('the tour of README.md runs line by line', async () => {
  const steps = toursOf(readme(), 'A five-minute tour');
  assert.ok(steps?.length > 3, 'README.md has a section "A five-minute tour" with console blocks');
  const server = await up();
  const path = `${dirname(binary)}${delimiter}${process.env.PATH}`;
  const shell = new Shell(cleanEnvironment({ URL: server.url, TOKEN: server.token, PATH: path, DATA: server.data }), root);
  for (const { command, expected } of steps) {
    if (/^\.\/run\b/.test(command) || /^(export )?(URL|TOKEN)=/.test(command)) continue;
    const here = command.replaceAll('--data ./data', `--data ${server.data}`).replaceAll('--data data', `--data ${server.data}`)
      .replaceAll('build/release/annals', binary);
    const { printed } = shell.run(here);
    assert.ok(looksLike(printed, expected), `$ ${command}\n--- expected\n${expected}\n--- printed\n${printed}`);
  }
});

test('every link of the documents to a file leads to one', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target) || target.startsWith('#')) continue;
      assert.ok(existsSync(join(root, decodeURI(target.split('#')[0]))), `${document} links to ${target}`);
    }
  }
});
