/* Lines over time, drawn by ECharts; the table beside them says the same. */

const LOOKS = (token) => ({
  actual: { color: token("accent"), width: 3, type: "solid" },
  target: { color: token("ink-soft"), width: 2, type: [6, 5] },
  previous: { color: token("line-strong"), width: 2, type: "solid" },
  forecast: { color: token("accent"), width: 2, type: [2, 4] },
});

function line(series, data, first, token) {
  const look = LOOKS(token)[series.role];
  const last = series.values.findLastIndex((value) => value !== null);
  return {
    name: series.name,
    type: series.bars ? "bar" : "line",
    data: series.values,
    color: look.color,
    barMaxWidth: 28,
    lineStyle: look,
    symbol: series.role === "actual" ? "circle" : "none",
    symbolSize: (_value, at) => (at.dataIndex === last ? 10 : 4),
    z: series.role === "actual" ? 3 : 2,
    markLine: first && data.marks.length ? {
      symbol: "none",
      silent: true,
      lineStyle: { color: token("line-strong"), type: "solid", width: 1 },
      label: { color: token("ink-soft"), fontSize: 13, formatter: (mark) => mark.name },
      data: data.marks.map((mark) => ({ xAxis: mark.at, name: mark.label })),
    } : undefined,
  };
}

function option(data, { token, format }) {
  const root = document.documentElement;
  const font = getComputedStyle(root).getPropertyValue("--font-figures") || "sans-serif";
  const size = parseFloat(getComputedStyle(root).fontSize) * 0.8125;
  const soft = token("ink-soft");
  const unit = data.unit ? ` ${data.unit}` : "";
  return {
    animation: false,
    textStyle: { fontFamily: font, fontSize: size },
    grid: { left: 8, right: 24, top: data.marks.length ? 32 : 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("surface"), borderColor: token("line-strong"),
      textStyle: { color: token("ink"), fontFamily: font, fontSize: size },
      formatter: (at) => [at[0].name, ...at.filter((spot) => spot.value !== undefined && spot.value !== null).map((spot) => `${spot.seriesName}: ${format(spot.value, data.decimals)}${unit}`)].join("\n"),
      axisPointer: { lineStyle: { color: token("line-strong") } },
    },
    xAxis: {
      type: "category", data: data.points, boundaryGap: data.series.some((series) => series.bars),
      axisLine: { lineStyle: { color: token("line-strong") } }, axisTick: { show: false }, axisLabel: { color: soft, fontSize: size, hideOverlap: true },
    },
    yAxis: {
      type: "value", scale: !data.fromZero, splitNumber: 4, splitLine: { lineStyle: { color: token("line") } },
      axisLabel: { color: soft, fontSize: size, formatter: (value) => format(value, Number.isInteger(value) ? 0 : data.decimals) },
    },
    series: data.series.map((series, index) => line(series, data, index === 0, token)),
  };
}

function drawChart(figure, kit) {
  const data = kit.read(figure.dataset.chart);
  const canvas = figure.querySelector(".canvas");
  const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
  const draw = () => chart.setOption(option(data, kit), true);
  draw();
  document.fonts.ready.then(draw);
  kit.retheme.add(draw);
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

export function start(part, kit) {
  if (window.echarts) kit.within(part, "[data-chart]").forEach((figure) => drawChart(figure, kit));
}
