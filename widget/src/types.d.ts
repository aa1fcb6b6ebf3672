/** What travels between the server and the widget, and what the widget keeps. */

export interface TextBlock {
  type: 'text';
  text: string;
}

export interface ClinicAnswer {
  type: 'clinic';
  text: string;
  clinic: string;
}

export interface Citation {
  type: 'citation';
  article: string;
  section: string;
  passage: string;
  heading: string;
  title: string;
  author: string | null;
  date: string | null;
  url?: string;
}

export interface TableBlock {
  type: 'table';
  columns: string[];
  rows: { heading: string; cells: Citation[] }[];
}

export interface Reply {
  outcome: string;
  blocks: (TextBlock | ClinicAnswer | Citation | TableBlock)[];
  buttons: { title: string }[];
}

export interface Answer {
  id: string;
  reply: Reply;
  /** What the patient thought of it. */
  helpful?: boolean;
}

/** A message of the patient and what came of it. */
export interface Turn {
  id: string;
  /** Its id on the server; a new one where the patient asks again after a failure. */
  message: string;
  at: string;
  text: string;
  state: 'waiting' | 'working' | 'done' | 'failed';
  answers: Answer[];
  /** Why it waits or failed: a key of the texts, or the server's sentence. */
  trouble?: { key?: 'offline' | 'retrying' | 'unreachable' | 'tooLong'; message?: string };
  /** Whether the same question may be answered if it is sent again. */
  again?: boolean;
}

/** All that is kept of a conversation, in the tab and between tabs. */
export interface Conversation {
  id: string;
  token: string | null;
  turns: Turn[];
}

export type Texts = typeof import('./locales/en.json');

export interface Settings {
  /** Where the channel answers, with a slash at the end. */
  base: URL;
  lang: string;
  texts: Texts;
  clinic: string;
  privacy: string;
  emergency: string;
  questions: string[];
}
