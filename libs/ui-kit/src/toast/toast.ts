import { notifications } from '@mantine/notifications';

/** A sentence of success that leaves by itself. */
export function toastDone(sentence: string): void {
  notifications.show({ message: sentence, color: 'tide', autoClose: 4000, withBorder: true });
}

/** What went wrong and how to mend it, as the API said. Stays until it is read. */
export function toastProblem(sentence: string, remedy?: string): void {
  notifications.show({ title: sentence, message: remedy ?? '', color: 'bad', autoClose: 12_000, withBorder: true });
}
