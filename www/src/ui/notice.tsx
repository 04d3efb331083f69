import { notice } from "../model/opening.ts";
import { Icon } from "./icons.tsx";

/** What happened beside the decision: a link that could not be opened, a copy that was made. */
export function NoticeBar() {
  const current = notice.value;
  return (
    <div class="notice-place" role="status">
      {current !== undefined && (
        <div class="notice">
          <span>{current.text}</span>
          {current.undo !== undefined && (
            <button type="button" class="button" onClick={current.undo}>
              Undo
            </button>
          )}
          <button
            type="button"
            class="button quiet"
            aria-label="Dismiss"
            onClick={() => {
              notice.value = undefined;
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
