import { File, FileArchive, FileCode, FileImage, FileMusic, FilePlay, FileSpreadsheet, FileText } from '@lucide/vue'
import type { Component } from 'vue'

const BY_ENDING: [RegExp, Component][] = [
  [/\.(zip|gz|tgz|tar|7z|rar|bz2|xz|zst)$/i, FileArchive],
  [/\.(xlsx?|ods|csv|tsv|numbers)$/i, FileSpreadsheet],
  [/\.(pdf|docx?|odt|rtf|txt|md|pptx?|odp|pages|key|epub)$/i, FileText],
  [/\.(js|ts|vue|py|go|rs|java|c|h|cpp|json|ya?ml|xml|html?|css|sh|sql)$/i, FileCode],
]

/** The icon of a document's type. */
export function iconOf(mime: string, name: string): Component {
  if (mime.startsWith('image/')) return FileImage
  if (mime.startsWith('audio/')) return FileMusic
  if (mime.startsWith('video/')) return FilePlay
  return BY_ENDING.find(([ending]) => ending.test(name))?.[1] ?? (mime.startsWith('text/') ? FileText : File)
}
