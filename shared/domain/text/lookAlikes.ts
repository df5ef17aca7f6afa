interface Named {
  id: string
  displayName: string
}

/** What a name looks like without the table of `skeletonOf`, which is large: the same letters in whatever case and form. */
export function plainLook(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\p{Default_Ignorable_Code_Point}/gu, '').replace(/\s+/g, ' ').trim()
}

/** The ids of those among people whose name looks like that of another of them. @param look what a name looks like */
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
