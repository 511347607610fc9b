// Form bodies as browsers and scripts send them.
export const formType = 'application/x-www-form-urlencoded';

/** [[name, value], …] as a urlencoded body. */
export const urlencoded = (pairs) => new URLSearchParams(pairs).toString();

/** [[name, value, { filename?, type? }?], …] as { body, type }. */
export function multipart(parts, { boundary = 'annals-boundary-7d1', final = true } = {}) {
  const chunks = parts.map(([name, value, { filename, type } = {}]) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    const kind = type === undefined ? '' : `Content-Type: ${type}\r\n`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${kind}\r\n${value}\r\n`;
  });
  const body = chunks.join('') + (final ? `--${boundary}--\r\n` : '');
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}
