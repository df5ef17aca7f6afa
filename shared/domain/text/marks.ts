/** Marks that one letter may carry: the longest Tibetan stacks have eight. */
const MAX_MARKS = 8
/** Of those that go on letters of any script, and pile up: Vietnamese and phonetics need three. */
const MAX_LOOSE_MARKS = 4

const MARK = /\p{M}/u
const LOOSE_MARK = /\p{Script=Inherited}|\p{Me}/u
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u
/** More marks in a row than any letter has; only then is it worth going through the text. */
const MANY_MARKS = new RegExp(`[\\p{M}\\p{Default_Ignorable_Code_Point}]{${MAX_LOOSE_MARKS + 1}}`, 'u')

/** A text in which no letter carries so many marks that they paint over the lines around. */
export function boundMarks(text: string): string {
  if (!MANY_MARKS.test(text)) return text
  let marks = 0
  let looseMarks = 0
  let bounded = ''
  for (const character of text) {
    // What is not seen does not end a letter, and takes no place on it.
    if (IGNORABLE.test(character)) {
      bounded += character
      continue
    }
    if (!MARK.test(character)) marks = looseMarks = 0
    else {
      const isLoose = LOOSE_MARK.test(character)
      if (marks >= MAX_MARKS || (isLoose && looseMarks >= MAX_LOOSE_MARKS)) continue
      marks++
      if (isLoose) looseMarks++
    }
    bounded += character
  }
  return bounded
}
