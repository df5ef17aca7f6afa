/** A mail to one person. It is text only. */
export interface Mail {
  /** The address, which has passed the schema of addresses. */
  to: string
  subject: string
  text: string
}

export interface MailDriver {
  /** `off`: this server sends no mail, and what needs it must say so. */
  kind: 'smtp' | 'outbox' | 'off'
  /**
   * Hands a mail over.
   * @throws an error of the mail server or of the connection to it; its `responseCode` is the answer of the server
   */
  send(mail: Mail): Promise<void>
}
