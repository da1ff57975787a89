"""Dates as clerks type them. Django's own list has 2016年9月5日 in a form that strptime can't read."""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
