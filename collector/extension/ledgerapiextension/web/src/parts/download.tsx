import type { ComponentChildren } from "preact";

import { download } from "../api";

interface Props {
  from: string; // address of the API
  file: string;
  disabled?: boolean;
  children: ComponentChildren;
}

/** Download saves an answer of the API as a file. */
export const Download = ({ from, file, disabled, children }: Props) => <button type="button" class="button" disabled={disabled} onClick={() => download(from, file)}>{children}</button>;
