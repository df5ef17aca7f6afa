interface Named {
  id: string
  displayName: string
}

/** What can be seen of a name: nothing invisible, and runs of spaces as one. */
export function visiblePart(name: string): string {
  return name
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** What a name looks like, ignoring case and width only. It does without the large table of `skeletonOf`. */
export function plainLook(name: string): string {
  return visiblePart(name.normalize('NFKC').toLowerCase())
}

/** The ids of people whose name looks like that of another one among them. @param look gives what a name looks like */
export function lookAlikesAmong(people: Iterable<Named>, look: (name: string) => string): Set<string> {
  const first = new Map<string, string>()
  const alike = new Set<string>()
  for (const { id, displayName } of people) {
    const seen = look(displayName)
    const other = first.get(seen)
    if (other === undefined) first.set(seen, id)
    else if (other !== id) alike.add(id).add(other)
  }
  return alike
}
