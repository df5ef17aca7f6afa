/** The most marks on one letter: the longest Tibetan stacks have eight. */
const MAX_MARKS = 8
/** The most of those marks that fit letters of any script, and can pile up. Vietnamese and phonetics need three. */
const MAX_LOOSE_MARKS = 4

const MARK = /\p{M}/u
const LOOSE_MARK = /\p{Script=Inherited}|\p{Me}/u
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u
/** More marks in a row than letters usually have. Only then the text is iterated. */
const MANY_MARKS = new RegExp(`[\\p{M}\\p{Default_Ignorable_Code_Point}]{${MAX_LOOSE_MARKS + 1}}`, 'u')

/** Removes excess marks, so that no letter has so many that they cover the lines around it. */
export function boundMarks(text: string): string {
  if (!MANY_MARKS.test(text)) return text
  let marks = 0
  let looseMarks = 0
  let bounded = ''
  for (const character of text) {
    // An invisible character neither ends a letter nor counts as a mark.
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
