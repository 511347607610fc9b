// A small disk, to be filled.
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './server.mjs';
import { skip } from './suite.mjs';

/** `body(path)` with a file system of its own there; skips the test where none can be made. */
export async function onSmallDisk(megabytes, body) {
  if (process.getuid?.() !== 0) skip('mounting a small disk needs root');
  const disk = temporaryDirectory('disk');
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
  if (mounted.status !== 0) skip('no tmpfs can be mounted here');
  const unmount = () => spawnSync('umount', ['-l', disk]);
  process.prependListener('exit', unmount);
  try {
    return await body(disk);
  } finally {
    unmount();
    process.off('exit', unmount);
  }
}

/** Takes all that is left of the disk but so many bytes; the function that gives it back. */
export function fill(disk, leaving = 0) {
  const filler = join(disk, 'filler');
  const file = openSync(filler, 'a');
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size, 1));
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error;
    }
  }
  ftruncateSync(file, Math.max(0, fstatSync(file).size - leaving));
  closeSync(file);
  return () => rmSync(filler);
}
