// Small manners of every page. Without JavaScript each of them is a plain link or form.
const receipt = document.getElementById("receipt");

// A figure opens its receipt over the page; with a modifier key, or when that fails, as a page of its own.
document.addEventListener("click", (event) => {
  const figure = event.target.closest("a[data-receipt]");
  if (!figure || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const address = figure.getAttribute("href"); // the property of a link inside a picture is no text
  htmx
    .ajax("GET", address, { target: "#receipt-body", select: "#receipt-sheet", swap: "innerHTML" })
    .then(() => (receipt.querySelector("#receipt-sheet") ? receipt.showModal() : location.assign(address)));
});

receipt?.addEventListener("click", (event) => {
  if (event.target === receipt) receipt.close();
});
receipt?.addEventListener("close", () => document.getElementById("receipt-body").replaceChildren());

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 1600);
});
