import { CONFUSABLES } from './confusables'
import { visiblePart } from './lookAlikes'

const LOOKS = new Map(
  CONFUSABLES.split('\n').flatMap((line) => {
    const [target, characters] = line.split('\t') as [string, string]
    return [...characters].map((character) => [character, target] as const)
  }),
)

/**
 * What a name looks like: its skeleton (UTS 39) in lower case. People cannot tell names with the same skeleton apart.
 * It is only for comparing.
 */
export function skeletonOf(name: string): string {
  const seen = visiblePart(decompose(name))
  // Upper case letters have their own look-alikes: Cyrillic В looks like B, but в does not look like b.
  const lower = decompose(replaceConfusables(seen).toLowerCase())
  // I, l, 1 and | have the same skeleton already. So must i, because a name in lower case is still the same name.
  return replaceConfusables(lower).toLowerCase().replaceAll('i', 'l')
}

function decompose(text: string): string {
  return text.normalize('NFKC').normalize('NFD')
}

function replaceConfusables(text: string): string {
  let looks = ''
  for (const character of text) looks += LOOKS.get(character) ?? character
  return looks.normalize('NFD')
}
