"use strict";
const dark = matchMedia("(prefers-color-scheme: dark)");
const seconds = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", timeStyle: "medium" });
let charts = [];

// Chart text and lines in the colours of the page.
function theme() {
  const style = getComputedStyle(document.documentElement);
  const [ink, soft, line, card] = ["--ink", "--soft", "--line", "--card"].map((name) => style.getPropertyValue(name).trim());
  const axis = {
    nameTextStyle: { color: soft },
    axisLabel: { color: soft },
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line } },
  };
  return {
    color: ["#2f7ed8", "#d9480f", "#0f9d8a", "#b5559f", "#e0a100", "#6f7d8f", "#7b61d1", "#5a9e3d"],
    backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    title: { textStyle: { color: ink } },
    legend: { textStyle: { color: soft }, inactiveColor: line },
    tooltip: { backgroundColor: card, borderColor: line, textStyle: { color: ink } },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    logAxis: axis,
    timeAxis: { ...axis, splitLine: { show: false } },
  };
}

// Rows of lanes over time: one custom series for each kind, so that the legend can switch it.
function bands({ rows, lanes, colours, spans }) {
  const share = 0.74;
  const lane = (api, row, number) => {
    const height = (api.size([0, 1])[1] * share) / lanes.length;
    const middle = api.coord([0, row])[1];
    return { y: middle + (number - lanes.length / 2) * height, height };
  };
  const span = (params, api) => {
    const place = lane(api, api.value(0), api.value(1));
    const [x] = api.coord([api.value(2), 0]);
    const [end] = api.coord([api.value(3), 0]);
    const rectangle = { x, y: place.y + 0.5, width: Math.max(1, end - x), height: place.height - 1 };
    const shape = echarts.graphic.clipRectByRect(rectangle, params.coordSys);
    return shape && { type: "rect", shape, style: { fill: api.visual("color") } };
  };
  const name = (params, api) => {
    const place = lane(api, api.value(0), api.value(1));
    const style = { text: lanes[api.value(1)], x: params.coordSys.x - 8, y: place.y + place.height / 2,
      align: "right", verticalAlign: "middle", fontSize: 10.5, fill: api.visual("color") };
    return { type: "text", style, silent: true };
  };
  const soft = getComputedStyle(document.documentElement).getPropertyValue("--soft").trim();
  const text = echarts.format.encodeHTML;
  return {
    useUTC: true,
    legend: { top: 0, left: 0, data: Object.keys(colours), itemWidth: 18, itemHeight: 10 },
    grid: { left: 140, right: 16, top: 34, bottom: 24 },
    tooltip: {
      formatter: ({ value: [row, lane, begin, end, kind, note] }) =>
        `${text(rows[row])}, ${text(lanes[lane])}: <b>${text(kind)}</b><br>${seconds.format(begin)} to ${seconds.format(end)} UTC${note && "<br>" + text(note)}`,
    },
    xAxis: { type: "time", axisLabel: { hideOverlap: true },
      min: spans.reduce((least, one) => Math.min(least, one[2]), Infinity),
      max: spans.reduce((most, one) => Math.max(most, one[3]), -Infinity) },
    yAxis: { type: "category", data: rows, inverse: true, axisTick: { show: false }, axisLine: { show: false },
      axisLabel: { margin: 72, align: "right" } },
    series: [
      ...Object.entries(colours).map(([kind, colour]) => ({
        type: "custom", name: kind, renderItem: span, itemStyle: { color: colour },
        encode: { x: [2, 3], y: 0 }, data: spans.filter((one) => one[4] === kind),
      })),
      { type: "custom", renderItem: name, itemStyle: { color: soft }, encode: { y: 0 }, silent: true, tooltip: { show: false },
        data: rows.flatMap((_, row) => lanes.map((_, lane) => [row, lane])) },
    ],
  };
}

function draw() {
  charts.forEach((chart) => chart.dispose());
  echarts.registerTheme("page", theme());
  charts = [...document.querySelectorAll("script.chart")].map((source) => {
    const chart = echarts.init(document.getElementById(source.dataset.for), "page", { renderer: "svg" });
    const data = JSON.parse(source.textContent);
    chart.setOption({ animation: false, ...(source.dataset.kind === "bands" ? bands(data) : data) });
    return chart;
  });
}

draw();
dark.addEventListener("change", draw);
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
