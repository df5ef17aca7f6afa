import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

interface Icon {
  src: string
  sizes: string
  type: string
  purpose?: string
}
interface Manifest {
  lang: string
  name: string
  shortcuts: { name: string; url: string; icons: Icon[] }[]
  icons: Icon[]
}

const ROOT = new URL('../..', import.meta.url).pathname
const json = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
const LANGUAGES = ['en', 'vi']

describe.each(LANGUAGES)('the manifest in %s', (language) => {
  const manifest: Manifest = json(`public/manifest.${language}.webmanifest`)
  const words = json(`i18n/locales/${language}.json`)

  it('is of the same app, in the words of its language', () => {
    const { lang, description, shortcuts, ...same } = json(`public/manifest.${language}.webmanifest`)
    const {
      lang: _lang,
      description: _description,
      shortcuts: _shortcuts,
      ...english
    } = json('public/manifest.en.webmanifest')
    expect(same).toEqual(english)
    expect(lang).toBe(language)
    expect(description).toBeTruthy()
    expect(manifest.name).toBe(words.app.name)
    expect(shortcuts.map(({ name, url }: { name: string; url: string }) => [name, url])).toEqual([
      [words.newChat.title, '/?new'],
      [words.saved.title, '/saved'],
    ])
  })

  it('names icons that are as large as it says', async () => {
    const icons = [...manifest.icons, ...manifest.shortcuts.flatMap((shortcut) => shortcut.icons)]
    for (const { src, sizes, type } of icons) {
      const { format, width, height } = await sharp(join(ROOT, 'public', src)).metadata()
      expect(`image/${format}`).toBe(type.replace('+xml', ''))
      if (format === 'png') expect(`${width}x${height}`, src).toBe(sizes)
    }
    const kinds = manifest.icons.map(({ purpose, sizes }) => `${purpose} ${sizes}`)
    for (const kind of ['any 192x192', 'any 512x512', 'maskable 192x192', 'maskable 512x512'])
      expect(kinds).toContain(kind)
  })

  it('has maskable icons without a transparent corner', async () => {
    for (const { src } of manifest.icons.filter(({ purpose }) => purpose === 'maskable')) {
      const { isOpaque } = await sharp(join(ROOT, 'public', src)).stats()
      expect(isOpaque, src).toBe(true)
    }
  })
})
