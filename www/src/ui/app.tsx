import { PANES, pane } from "../model/session.ts";
import { AsOf } from "./as-of.tsx";
import { useAtOnce } from "./at-once.ts";
import { DecisionPane } from "./decision-pane.tsx";
import { Gallery } from "./gallery.tsx";
import { Header } from "./header.tsx";
import { NoticeBar } from "./notice.tsx";
import { PolicyPane } from "./policy-pane.tsx";
import { RequestPane } from "./request-pane.tsx";
import { Tabs } from "./tabs.tsx";

const LABELS = { policy: "Policy", request: "Request", decision: "Decision" };

export function App() {
  useAtOnce(() => {
    document.documentElement.dataset.pane = pane.value;
  });
  return (
    <>
      <Header />
      <NoticeBar />
      <main class="page">
        <h1 class="hidden">Policy playground</h1>
        <AsOf />
        <Tabs
          class="panes-tabs"
          label="Panes"
          panel="pane"
          perTab
          items={PANES.map((id) => ({ id, label: LABELS[id] }))}
          selected={pane.value}
          onSelect={(id) => {
            pane.value = id;
          }}
        />
        <div class="panes">
          <PolicyPane />
          <RequestPane />
          <DecisionPane />
        </div>
      </main>
      <Gallery />
    </>
  );
}
