/** A body that is no JSON. Refused after authorization, by those who know which kind it should have been. */
export class UnreadableBody {
  /** In Go's words. */
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}
