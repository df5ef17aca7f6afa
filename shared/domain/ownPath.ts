/** Stands for our own origin, to resolve relative URLs. */
const HERE = 'http://own.invalid'

/**
 * The path to redirect to after signing in: the requested one if it is on this site, otherwise "/". It is parsed as
 * browsers do, which drop tabs and line breaks and treat "\" like "/": "/\t/elsewhere" looks like a path and leads to
 * another site.
 * @returns a path that is encoded for a header
 */
export function ownPath(path: string | null | undefined): string {
  if (!path?.startsWith('/') || !URL.canParse(path, HERE)) return '/'
  const { origin, pathname, search, hash } = new URL(path, HERE)
  return origin === HERE && !pathname.startsWith('//') ? pathname + search + hash : '/'
}
