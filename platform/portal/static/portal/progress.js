// Shows how far an order is, and loads the page anew when it has ended.
(() => {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-words]");
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const job = await answer.json();
      if (!job.unfinished) {
        window.location.reload();
        return;
      }
      if (job.total > 0 && job.done > 0) bar.value = job.percent;
      words.textContent = job.total > 0 ? `${job.state}，${job.done}/${job.total}` : job.state;
    } catch {
      words.textContent = "暂时连不上服务器，稍后自动重试。";
    }
    window.setTimeout(ask, 1500);
  };
  window.setTimeout(ask, 800);
})();
