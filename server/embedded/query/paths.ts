import { getField, isDoc, type Doc } from '../bson/document'

/**
 * Walks a dotted path as a query does: through nested documents and through every element of arrays on the way.
 * @param visit gets each value at the end of the path, `undefined` if it is missing; an array there arrives whole
 * @returns true as soon as a visit returned true
 */
export function somePathValue(
  value: unknown,
  parts: readonly string[],
  visit: (value: unknown) => boolean,
  depth = 0,
): boolean {
  if (depth === parts.length) return visit(value)
  const part = parts[depth]!
  if (isDoc(value)) {
    const next = getField(value, part)
    return next === undefined ? visit(undefined) : somePathValue(next, parts, visit, depth + 1)
  }
  if (!Array.isArray(value)) return visit(undefined)
  if (/^\d+$/.test(part) && Number(part) < value.length && somePathValue(value[Number(part)], parts, visit, depth + 1))
    return true
  // An array directly inside an array is not entered, and an element that is no document does not count as missing.
  return value.some((element) => isDoc(element) && somePathValue(element, parts, visit, depth))
}

/** All values at a path, with the elements of arrays as separate values, for `distinct` and for sorting. */
export function pathValues(doc: Doc, parts: readonly string[]): unknown[] {
  const values: unknown[] = []
  somePathValue(doc, parts, (value) => {
    if (Array.isArray(value)) values.push(...value)
    else values.push(value)
    return false
  })
  return values
}

/** The value at a path through nested documents only. Undefined: there is none. */
export function plainValue(doc: Doc, path: string): unknown {
  let value: unknown = doc
  for (const part of path.split('.')) value = isDoc(value) ? getField(value, part) : undefined
  return value
}
