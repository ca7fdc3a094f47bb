/** What the program is started from. */
export interface Surroundings {
  /** A script for a worker thread that calls serveMembers(). */
  readonly memberThread?: URL;
  /** The script that Node.js was given. */
  readonly program?: URL;
  /** Called when what runs in the foreground is ready. */
  readonly ready?: () => void;
}
