// The tour of README.md as steps: { command, expected } from its ```console blocks.
import { spawnSync } from 'node:child_process';

/** The blocks below `## <heading>`, up to the next heading of that level. */
export function toursOf(markdown, heading) {
  const from = markdown.split(new RegExp(`^## ${heading}\\s*$`, 'm'))[1];
  if (from === undefined) return undefined;
  const section = from.split(/^## /m)[0];
  return [...section.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(([, block]) => stepsOf(block));
}

function stepsOf(block) {
  const steps = [];
  let continued = false;
  for (const line of block.split('\n').slice(0, -1)) {
    if (continued || line.startsWith('$ ')) {
      if (continued) steps.at(-1).command += `\n${line}`;
      else steps.push({ command: line.slice(2), expected: [] });
      continued = line.endsWith('\\');
    } else {
      steps.at(-1)?.expected.push(line);
    }
  }
  return steps.map(({ command, expected }) => ({ command, expected: expected.join('\n').trim() }));
}

/** Whether `printed` is what was expected: `…` stands for anything, and runs of white space are alike. */
export function looksLike(printed, expected) {
  const plain = (text) => text.trim().replace(/\s+/g, ' ');
  const parts = plain(expected).split('…').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s*'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(plain(printed));
}

/** One bash that keeps its variables from step to step: what each printed. */
export class Shell {
  constructor(env, cwd) {
    this.env = env;
    this.cwd = cwd;
  }

  run(command) {
    const marker = '__the_variables_now__';
    const script = `${command}\nstatus=$?\nprintf '\\n%s\\n' ${marker}\nexport -p\nexit $status`;
    const ran = spawnSync('bash', ['-c', `set -a\n${script}`], { env: this.env, cwd: this.cwd, encoding: 'utf8', timeout: 30_000 });
    const [printed, variables = ''] = ran.stdout.split(`\n${marker}\n`);
    for (const [, name, value] of variables.matchAll(/^declare -x (\w+)="((?:[^"\\]|\\.)*)"$/gm)) {
      this.env[name] = value.replace(/\\(.)/gs, '$1');
    }
    return { printed: printed + ran.stderr, status: ran.status };
  }
}
