/** Compressed copies, and what is asked for only to learn of a newer build. */
const LEFT_OUT = /\.(?:br|gz|map)$|\/builds\/latest\.json$/
/** Letters that neither English nor Vietnamese has. They are loaded when somebody's text has them. */
const RARE_LETTERS = /-(?:cyrillic|greek)(?:-ext)?-/

/**
 * The files of a build that the worker keeps, so that the app opens without the network.
 * @param names of all public files, relative to their folder
 */
export function precached(names: readonly string[]): string[] {
  return names
    .map((name) => `/${name.replaceAll('\\', '/')}`)
    .filter((path) => /^\/_nuxt\/.+\.\w+$/.test(path) && !LEFT_OUT.test(path) && !RARE_LETTERS.test(path))
    .sort()
}
