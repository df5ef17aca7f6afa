// Makes components/emoji/emoji.json from emojibase: the emoji with their names and words in English and Vietnamese.
import { writeFileSync } from 'node:fs'
import english from 'emojibase-data/en/data.json' with { type: 'json' }
import shortcodes from 'emojibase-data/en/shortcodes/github.json' with { type: 'json' }
import compact from 'emojibase-data/vi/compact.json' with { type: 'json' }

const vietnamese = new Map(compact.map((emoji) => [emoji.hexcode, emoji]))

/** Words of regional letters and skin tones alone are no emoji that people look for. */
const COMPONENT = 2
/** Emoji of this version and older are drawn everywhere. */
const NEWEST = 15

/** Symbols that are drawn as emoji only with U+FE0F, as `canonicalEmoji` has them. */
const NEEDS_SELECTOR = /(?!\p{Emoji_Presentation})\p{Extended_Pictographic}(?!\p{Emoji_Modifier})|[0-9#*](?=\u20E3)/gu
const canonical = (emoji) => emoji.replaceAll('\uFE0F', '').replace(NEEDS_SELECTOR, '$&\uFE0F')

const rows = english
  .filter(({ group, version }) => group !== undefined && group !== COMPONENT && version <= NEWEST)
  .sort((one, other) => one.order - other.order)
  .map(({ emoji, hexcode, label, tags = [], group, skins = [] }) => {
    const codes = [shortcodes[hexcode] ?? []].flat()
    const inVietnamese = vietnamese.get(hexcode)
    const light = canonical(skins.find(({ tone }) => tone === 1)?.emoji ?? '')
    return [
      canonical(emoji),
      group,
      label,
      [...codes, ...tags].join(' '),
      inVietnamese?.label ?? '',
      (inVietnamese?.tags ?? []).join(' '),
      light,
    ]
  })

const lines = rows.map((row) => JSON.stringify(row))
writeFileSync(new URL('../components/emoji/emoji.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`)
console.log(`${rows.length} emoji`)
