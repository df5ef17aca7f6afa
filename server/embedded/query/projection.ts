import { getField, isDoc, setField, toBoolean, type Doc } from '../bson/document'
import { CommandError, unsupported } from '../errors'

interface Tree { [name: string]: Tree | true }

/**
 * Compiles a projection.
 * @returns a function from document to projected copy, or undefined when everything is wanted
 * @throws CommandError for expressions and for a mix of inclusion and exclusion
 */
export function compileProjection(projection: unknown): ((doc: Doc) => Doc) | undefined {
  if (!isDoc(projection) || Object.keys(projection).length === 0) return undefined
  const tree: Tree = Object.create(null) as Tree
  let including: boolean | undefined
  let withId: boolean | undefined
  for (const [path, value] of leaves(projection, '')) {
    const wanted = flag(path, value)
    if (path === '_id') withId = wanted
    else {
      if (including !== undefined && including !== wanted) {
        throw new CommandError(31254, 'Location31254', `Cannot do ${wanted ? 'inclusion' : 'exclusion'} on field ${path} in ${wanted ? 'exclusion' : 'inclusion'} projection`)
      }
      including = wanted
      addPath(tree, path.split('.'))
    }
  }
  including ??= withId ?? false
  if (including ? withId !== false : withId === false) tree._id = true
  return including ? (doc) => include(doc, tree) : (doc) => exclude(doc, tree)
}

function* leaves(projection: Doc, prefix: string): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(projection)) {
    const operator = name.startsWith('$') || name.endsWith('.$')
    if (operator) throw unsupported(`the projection operator ${name}`)
    if (isDoc(value)) yield* leaves(value, `${prefix}${name}.`)
    else yield [prefix + name, value]
  }
}

function flag(path: string, value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value) || value === null) throw unsupported(`the projection expression on ${path}`)
  return toBoolean(value)
}

function addPath(tree: Tree, parts: string[]): void {
  const [first, ...rest] = parts as [string, ...string[]]
  const below = tree[first] ?? (Object.create(null) as Tree)
  if (below === true) return
  tree[first] = rest.length === 0 ? true : below
  if (rest.length > 0) addPath(below, rest)
}

function include(doc: Doc, tree: Tree): Doc {
  const result: Doc = {}
  for (const name of Object.keys(doc)) {
    const wanted = tree[name]
    if (wanted === undefined) continue
    const value = wanted === true ? doc[name] : includeInside(getField(doc, name), wanted)
    if (value !== undefined) setField(result, name, value)
  }
  return result
}

/** Scalars on the way to a wanted path are left out, arrays keep their documents. */
function includeInside(value: unknown, tree: Tree): unknown {
  if (isDoc(value)) return include(value, tree)
  return Array.isArray(value) ? value.map((element) => includeInside(element, tree)).filter((element) => element !== undefined) : undefined
}

function exclude(doc: Doc, tree: Tree): Doc {
  const result: Doc = {}
  for (const name of Object.keys(doc)) {
    const unwanted = tree[name]
    if (unwanted !== true) setField(result, name, unwanted ? excludeInside(getField(doc, name), unwanted) : doc[name])
  }
  return result
}

function excludeInside(value: unknown, tree: Tree): unknown {
  if (isDoc(value)) return exclude(value, tree)
  return Array.isArray(value) ? value.map((element) => excludeInside(element, tree)) : value
}
