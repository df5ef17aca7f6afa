/** Sizes and durations that server and page agree on. Durations are milliseconds, sizes bytes, unless the name says otherwise. */
export const LIMITS = {
  /** Characters (Unicode code points) of one message. */
  messageCharacters: 8_000,
  /** Code points of the part of a message that lists and replies show. */
  excerptCharacters: 160,
  /** A session ends this long after signing in, however much it is used: 90 days. */
  sessionAge: 90 * 24 * 3_600_000,
  passwordMin: 8,
  passwordMax: 128,
  usernameMin: 2,
  usernameMax: 32,
  displayNameCharacters: 64,
  aboutCharacters: 280,
  /** Messages of one page. */
  pageMax: 100,
  pageDefault: 50,
  /** Changed messages of one conversation in one answer to a sync. */
  syncPage: 200,
  /** And of all of them together. */
  syncMessages: 4_000,
  /** A list in an answer, as JSON: what does not fit follows in the next one. As much as may wait for a slow reader. */
  answerBytes: 4 * 1024 ** 2,
  /** A page of messages. */
  pageBytes: 512 * 1024,
  /** The messages of one answer to a sync. */
  syncBytes: 1024 ** 2,
  /** Code points of the last message that a list of conversations carries along. */
  lastMessageCharacters: 400,
  /** Conversations whose `rev` a client may name in one sync: as many as fit a frame. */
  syncConversations: 1_500,
  usersFound: 20,
  usersFoundMax: 50,
  presenceWatched: 200,
  /** One file. */
  fileBytes: 2 * 1024 ** 3,
  /** One picture that is shown as one; a larger one is sent as a file. */
  imageBytes: 30 * 1024 ** 2,
  /** Width times height of a picture, checked before it is decoded. */
  imagePixels: 60_000_000,
  /** One voice message: fifteen minutes at five times the usual rate. */
  voiceBytes: 20 * 1024 ** 2,
  voiceDuration: 15 * 60_000,
  /** Numbers that a voice message's waveform is drawn from. */
  voicePoints: 64,
  /** People a message remembers as having listened to it. In a larger crowd it only matters that somebody has. */
  hearers: 100,
  /** A film's first frame, in base64; with the parts of the largest file it fits one JSON body. */
  posterCharacters: 44_000,
  /** One picture for a person or group. */
  avatarBytes: 10 * 1024 ** 2,
  /** Each part of an upload but the last. */
  partBytes: 8 * 1024 ** 2,
  /** Uploads of one person that are begun and not complete, and their bytes: four of the largest files. */
  pendingUploads: 100,
  pendingBytes: 8 * 1024 ** 3,
  /** Files of one message. */
  attachments: 10,
  /** A file's name, in UTF-8. */
  fileNameBytes: 255,
  /** One WebSocket frame. */
  frameBytes: 65_536,
  /** One JSON body. */
  bodyBytes: 65_536,
  /** The server pings every socket this often; under any load balancer's idle limit. */
  heartbeatInterval: 25_000,
  /** A socket that was silent for this long when its ping is due is dead: gone within 60 s at the latest. */
  idleTimeout: 40_000,
  /** "Is typing" fades after this long without a renewal. */
  typingTimeout: 6_000,
  /** Others are told once in this time that somebody types, however often it is said. */
  typingInterval: 3_000,
  /** Sockets that one person may have open on one task: tabs and devices. */
  socketsPerPerson: 20,
} as const
