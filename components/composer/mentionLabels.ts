import { mentionOf } from '#shared/domain/text/mentions'

const STORED = /<@([0-9a-f]{24})>/g
/** What may not follow a name: a letter that would make it a longer one. Scripts without spaces may follow. */
const END = '(?![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}\\p{M}_])'

/**
 * The names by which the field of a message shows mentions. The field has `@name`, the text that is stored has the id.
 * A name stays as it is while the field is open, so that nothing changes under the caret.
 */
export class MentionLabels {
  private readonly byId = new Map<string, string>()

  /** @param nameOf the name of a person; empty if it is not known yet */
  constructor(private readonly nameOf: (userId: string) => string) {}

  /** The name of a person in this field, different from that of everybody else in it. Empty if it is not known yet. */
  labelOf(userId: string): string {
    const known = this.byId.get(userId)
    if (known) return known
    const name = this.nameOf(userId)
    if (name === '') return ''
    const taken = new Set(this.byId.values())
    let label = name
    for (let other = 2; taken.has(label); other++) label = `${name} (${other})`
    this.byId.set(userId, label)
    return label
  }

  /** A stored text as the field shows it. */
  shown(text: string): string {
    if (!text.includes('<@')) return text
    return text.replace(STORED, (whole, id: string) => {
      const label = this.labelOf(id)
      return label ? `@${label}` : whole
    })
  }

  /** The text of the field as it is stored. Only names that this field has shown become mentions. */
  stored(text: string): string {
    if (this.byId.size === 0 || !text.includes('@')) return text
    const idOf = new Map(Array.from(this.byId, ([id, label]) => [label, id]))
    // The longest come first: "Ann Lee" before "Ann".
    const labels = [...idOf.keys()].sort((one, other) => other.length - one.length)
    const names = labels.map((label) => label.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')
    return text.replace(new RegExp(`@(${names})${END}`, 'gu'), (_, label: string) => mentionOf(idOf.get(label)!))
  }
}
