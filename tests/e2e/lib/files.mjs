// The data directory as bytes.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every file below the directory, by its path from there. Files that vanish meanwhile are left out. */
export function filesBelow(directory) {
  const found = [];
  const visit = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(relative(directory, path));
    }
  };
  visit(directory);
  return found.sort();
}

export function contentsBelow(directory) {
  const contents = new Map();
  for (const name of filesBelow(directory)) {
    try {
      contents.set(name, readFileSync(join(directory, name)));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return contents;
}

/** [{ file, offset }] of every place where the bytes stand. */
export function placesOf(directory, bytes) {
  const places = [];
  for (const [file, content] of contentsBelow(directory)) {
    for (let offset = content.indexOf(bytes); offset >= 0; offset = content.indexOf(bytes, offset + 1)) {
      places.push({ file, offset });
    }
  }
  return places;
}

export const sizeOf = (directory) =>
  filesBelow(directory).reduce((total, name) => total + statSync(join(directory, name)).size, 0);
