import type { Mail } from './types'

/** The most mails that are kept. */
const MAX_MAILS = 50

const mails: (Mail & { at: Date })[] = []

/** Keeps a mail instead of sending it. The oldest goes when there are too many. */
export function keepInOutbox(mail: Mail): void {
  mails.unshift({ ...mail, at: new Date() })
  mails.length = Math.min(mails.length, MAX_MAILS)
}

/** A page that shows the mails that were not sent, the newest first. */
export function outboxPage(): string {
  const items = mails.map(
    ({ to, subject, text, at }) =>
      `<article><h2>${escaped(subject)}</h2><p>${escaped(to)} · <time>${at.toISOString()}</time></p>` +
      `<pre>${escaped(text).replaceAll(/https?:\/\/[^\s<]+/g, (link) => `<a href="${link}">${link}</a>`)}</pre></article>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Outbox</title>
<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
pre{white-space:pre-wrap;overflow-wrap:anywhere}article{border-top:1px solid}</style>
<h1>Outbox</h1><p>Mails that a server with SMTP_URL would send. They are kept until the server restarts.</p>
${items.join('\n') || '<p>There are none yet.</p>'}</html>`
}

function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replaceAll(/[&<>"]/g, (character) => names[character]!)
}
