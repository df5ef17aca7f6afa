import { CONFUSABLES } from './confusables'

const LOOKS = new Map(
  CONFUSABLES.split('\n').flatMap((line) => {
    const [target, characters] = line.split('\t') as [string, string]
    return [...characters].map((character) => [character, target] as const)
  }),
)

/**
 * What a name looks like (the skeleton of UTS 39, in lower case): names with the same one cannot be told apart by eye.
 * It is for comparing only.
 */
export function skeletonOf(name: string): string {
  const seen = decompose(name).replace(/\p{Default_Ignorable_Code_Point}/gu, '').replace(/\s+/g, ' ').trim()
  // Upper case letters have looks of their own: Cyrillic В looks like B, в like no b.
  const lower = decompose(alike(seen).toLowerCase())
  // I, l, 1 and | are one already, and a name in lower case is still the same name.
  return alike(lower).toLowerCase().replaceAll('i', 'l')
}

function decompose(text: string): string {
  return text.normalize('NFKC').normalize('NFD')
}

function alike(text: string): string {
  let looks = ''
  for (const character of text) looks += LOOKS.get(character) ?? character
  return looks.normalize('NFD')
}
