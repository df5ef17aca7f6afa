/**
 * Limits that server and page share. Durations are in milliseconds and sizes in bytes, unless the name says otherwise.
 */
export const LIMITS = {
  /** The most characters (Unicode code points) of a message. */
  messageCharacters: 8_000,
  /** The most code points of a message's excerpt in lists and replies. */
  excerptCharacters: 160,
  /** A session ends 90 days after signing in, however much it is used. */
  sessionAge: 90 * 24 * 3_600_000,
  passwordMin: 8,
  passwordMax: 128,
  /** Milliseconds for which a username that was given up is kept for its owner: 90 days. */
  heldName: 90 * 24 * 3_600_000,
  usernameMin: 2,
  usernameMax: 32,
  displayNameCharacters: 64,
  aboutCharacters: 280,
  /** The most messages of one page, and the default. */
  pageMax: 100,
  pageDefault: 50,
  /** The most changed messages of one conversation in one answer to a sync. */
  syncPage: 200,
  /** The most changed messages of all conversations in one answer to a sync. */
  syncMessages: 4_000,
  /**
   * The most bytes of a list in an answer, as JSON. The rest follows in the next answer. Equal to a socket's send
   * buffer.
   */
  answerBytes: 4 * 1024 ** 2,
  /** The most bytes of a page of messages. */
  pageBytes: 512 * 1024,
  /** The most bytes of the messages in one answer to a sync. */
  syncBytes: 1024 ** 2,
  /** The most code points of each last message in a list of conversations. */
  lastMessageCharacters: 400,
  /** The most conversations whose `rev` a client may send in one sync. They fit into one frame. */
  syncConversations: 1_500,
  /** The most UTF-16 code units of a typed search. */
  searchCharacters: 500,
  /** The results in one answer of a search, and the most. */
  searchResults: 20,
  searchResultsMax: 50,
  usersFound: 20,
  usersFoundMax: 50,
  presenceWatched: 200,
  /** The most scheduled messages of a person, and how far ahead they may be: a year. */
  scheduledMessages: 100,
  scheduledAhead: 366 * 24 * 3_600_000,
  /** The most people whom a person blocks. */
  blocks: 1_000,
  /** The most conversations that a person can pin. */
  pinnedConversations: 50,
  /** The most bytes of one file. */
  fileBytes: 2 * 1024 ** 3,
  /** The most bytes of a picture that is shown as one. A larger one is sent as a file. */
  imageBytes: 30 * 1024 ** 2,
  /** The most pixels of a picture, checked before it is decoded. */
  imagePixels: 60_000_000,
  /** The most bytes of a voice message: fifteen minutes at five times the usual bit rate. */
  voiceBytes: 20 * 1024 ** 2,
  voiceDuration: 15 * 60_000,
  /** The numbers in a voice message's waveform. */
  voicePoints: 64,
  /** The most listeners that a voice message stores. In a larger group it only matters that someone has listened. */
  hearers: 100,
  /** The most people whom one message mentions. Further mentions are only text. */
  mentions: 100,
  /** In groups with more members, the page asks before a message mentions everybody. */
  mentionAllAsks: 50,
  /** The most code points of the title of a link's preview, and of its description. */
  previewTitleCharacters: 150,
  previewDescriptionCharacters: 300,
  /** The most unread mentions of which a conversation gives the `seq`. */
  mentionSeqs: 100,
  /** The most threads of one conversation that a person follows. The oldest are dropped. */
  follows: 100,
  /** The most kinds of reactions to one message. */
  reactionKinds: 20,
  /** The most messages that one person saves. */
  saved: 1_000,
  /** The most messages that are forwarded at once, and the most conversations that they are forwarded to. */
  forwardMessages: 100,
  forwardTargets: 10,
  /** The most pinned messages of one conversation. */
  pins: 100,
  /** The most people of each kind that a message names. */
  reactorsShown: 100,
  /**
   * The most characters of a video's first frame in base64. With the parts of the largest file it fits one JSON body.
   */
  posterCharacters: 44_000,
  /** The most bytes of a picture for a person or group. */
  avatarBytes: 10 * 1024 ** 2,
  /** The bytes of each part of an upload except the last. */
  partBytes: 8 * 1024 ** 2,
  /** The most unfinished uploads of one person, and their bytes: four of the largest files. */
  pendingUploads: 100,
  pendingBytes: 8 * 1024 ** 3,
  /** The most files of one message. */
  attachments: 10,
  /** The most bytes of a file's name, in UTF-8. */
  fileNameBytes: 255,
  /** The most bytes of a WebSocket frame. */
  frameBytes: 65_536,
  /** The most bytes of a JSON body. */
  bodyBytes: 65_536,
  /** The interval between pings of a socket. It is shorter than the idle timeout of load balancers. */
  heartbeatInterval: 25_000,
  /** A socket that has been silent for this long when its next ping is due is closed, so within 65 s at the latest. */
  idleTimeout: 40_000,
  /** A typing indicator disappears after this long without a renewal. */
  typingTimeout: 6_000,
  /** The interval in which at most one typing event of a person is published, however often they send it. */
  typingInterval: 3_000,
  /** The most open sockets of one person on one task: tabs and devices. */
  socketsPerPerson: 20,
} as const
