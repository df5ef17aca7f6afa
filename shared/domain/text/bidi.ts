const LRE = 0x202a
const RLE = 0x202b
const PDF = 0x202c
const PDI = 0x2069

/** Embeddings, isolates and their ends. Overrides are not included, because they are removed from all text. */
const TURNS = /[\u202A-\u202C\u2066-\u2069]/

/**
 * Closes in each line the embeddings and isolates that it opens, and removes ends that close nothing, so that a text
 * never changes the direction of what follows it.
 */
export function balanceBidi(text: string): string {
  return TURNS.test(text) ? text.split('\n').map(balanceLine).join('\n') : text
}

function balanceLine(line: string): string {
  const open: number[] = []
  let balanced = ''
  for (const character of line) {
    const code = character.codePointAt(0)!
    if (!TURNS.test(character)) balanced += character
    else if (code !== PDF && code !== PDI) {
      open.push(code === LRE || code === RLE ? PDF : PDI)
      balanced += character
    } else if (open.at(-1) === code) {
      open.pop()
      balanced += character
    }
    // An end that closes an outer level, or nothing, is left out. The end of the line closes everything that is open.
  }
  return (
    balanced +
    open
      .reverse()
      .map((end) => String.fromCodePoint(end))
      .join('')
  )
}
