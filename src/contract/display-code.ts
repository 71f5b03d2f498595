/** The form of a display code without its content: a digit becomes `9`, a letter becomes `A`, the rest stays. */
export function displayCodeForm(code: string): string {
  return code.replace(/\p{Nd}/gu, '9').replace(/\p{L}/gu, 'A');
}
