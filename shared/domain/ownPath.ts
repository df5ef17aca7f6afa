/** Stands for our own origin, which addresses are read against. */
const HERE = 'http://own.invalid'

/**
 * Where to go after signing in: the path that was asked for when it is one of ours, encoded as a header needs it, else
 * the start. It is read as a browser reads it, who drops tabs and line breaks and takes "\" for "/": "/\t/elsewhere"
 * looks like a path and leads to another site.
 */
export function ownPath(wanted: string | null | undefined): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, HERE)) return '/'
  const { origin, pathname, search, hash } = new URL(wanted, HERE)
  return origin === HERE && !pathname.startsWith('//') ? pathname + search + hash : '/'
}
