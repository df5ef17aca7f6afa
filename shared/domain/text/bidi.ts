const LRE = 0x202a
const RLE = 0x202b
const PDF = 0x202c
const PDI = 0x2069

/** Embeddings, isolates and their ends. Overrides are not among them: nobody needs to be read backwards. */
const TURNS = /[\u202A-\u202C\u2066-\u2069]/

/**
 * Each line with every embedding and isolate closed that it opens, and without ends that close nothing, so that a text
 * never turns what stands after it.
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
    // An end that closes something further out, or nothing, is left out: the rest is closed at the end of the line.
  }
  return balanced + open.reverse().map((end) => String.fromCodePoint(end)).join('')
}
