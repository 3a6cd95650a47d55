/** A line of text after one more key: what people expect of a place to type in. */
export function edited(text: string, key: string): string {
  switch (key) {
    case 'backspace':
      return [...text].slice(0, -1).join('');
    case 'ctrl-u':
      return '';
    case 'space':
      return `${text} `;
    default:
      return [...key].length === 1 ? text + key : text;
  }
}
