import type { CDPSession, Page } from '@playwright/test'

/** A keyboard that composes words before it writes them, as input methods do. */
export class ComposingKeyboard {
  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<ComposingKeyboard> {
    return new ComposingKeyboard(await page.context().newCDPSession(page))
  }

  /** The word that is being composed, in the field that has the focus. */
  async compose(text: string): Promise<void> {
    await this.session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  }

  /** Ends the composition with this text. */
  async commit(text: string): Promise<void> {
    await this.session.send('Input.insertText', { text })
  }
}
